/// <reference types="vite/client" />

/** Only for plain tsc; vue-tsc finds the components themselves. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}
