/** Which page the window shows. The address follows it, and it follows the address: the back button works. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { hashOfPlace, placeInHash, type Place } from '../logic/location.ts'

export const usePlace = defineStore('place', () => {
  const current = shallowRef<Place>(placeInHash(location.hash))
  /** The experiment or the overview that was shown last: what a page gives way to when it is closed. */
  const behind = shallowRef<Place>(null)

  function go(place: Place): void {
    if (hashOfPlace(place) === hashOfPlace(current.value)) return
    current.value = place
    if (place === null || place.kind === 'experiment') behind.value = place
    if (location.hash !== hashOfPlace(place)) location.hash = hashOfPlace(place)
  }
  const leave = (): void => go(behind.value)
  /** Leaves what is no more. */
  function forget(gone: Place): void {
    const isGone = (place: Place) => hashOfPlace(place) === hashOfPlace(gone)
    if (isGone(behind.value)) behind.value = null
    if (isGone(current.value)) leave()
  }

  /** Whether it takes the whole window, so that the library beside the composer is out of sight. */
  const isPage = computed(
    () => current.value !== null && current.value.kind !== 'experiment' && current.value.kind !== 'dataset',
  )
  const shows = (kind: NonNullable<Place>['kind']): boolean => current.value?.kind === kind
  const idOf = (kind: 'dataset' | 'run') =>
    computed(() => (current.value?.kind === kind ? current.value.id : null))

  function follow(): void {
    window.addEventListener('hashchange', () => go(placeInHash(location.hash)))
  }

  return { current, go, leave, forget, isPage, shows, datasetId: idOf('dataset'), runId: idOf('run'), follow }
})
