import { ref } from 'vue'
import { expect, it } from 'vitest'
import { useChosenStep } from '../../../src/renderer/stores/chosenStep.ts'

it('follows the latest step until another is chosen, and again when the latest is chosen', () => {
  const steps = ref<number[]>([])
  const { step, chooseStep } = useChosenStep(() => steps.value)
  expect(step.value).toBeNull()
  steps.value = [0, 50]
  expect(step.value).toBe(50)
  chooseStep(0)
  steps.value = [0, 50, 100]
  expect(step.value).toBe(0)
  chooseStep(100)
  steps.value = [0, 50, 100, 150]
  expect(step.value).toBe(150)
  chooseStep(50)
  steps.value = [0, 100]
  expect(step.value).toBe(100)
})
