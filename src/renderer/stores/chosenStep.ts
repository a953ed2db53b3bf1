/** Which of some steps is looked at: the one that a person chose, as long as it is there, else the latest. */
import { computed, ref } from 'vue'

/** @param steps ascending; they grow while runs train */
export function useChosenStep(steps: () => readonly number[]) {
  /** Null follows the latest. */
  const chosenStep = ref<number | null>(null)
  const step = computed(() =>
    chosenStep.value !== null && steps().includes(chosenStep.value)
      ? chosenStep.value
      : (steps().at(-1) ?? null),
  )
  /** Who chooses the latest step wants the latest. */
  function chooseStep(value: number): void {
    chosenStep.value = value === steps().at(-1) ? null : value
  }
  return { chosenStep, step, chooseStep }
}
