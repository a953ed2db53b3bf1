/**
 * How byte pair encoding cuts a text before it merges: into contractions, words, numbers, signs and spaces, each word,
 * number and run of signs with the space before it. No merge crosses these cuts. The pattern is that of GPT-2
 * (Radford et al. 2019; openai/gpt-2, src/encoder.py), but for one thing: runs are cut after 128 characters, so that
 * where a word ends is known from the next few characters and a text of one letter repeated is a text like any other.
 */
const longestRun = 128

/** The same source with a sticky start, so that nothing is ever left out between two words. */
const word = new RegExp(
  [
    "'(?:s|t|re|ve|m|ll|d)",
    ` ?\\p{L}{1,${longestRun}}`,
    ` ?\\p{N}{1,${longestRun}}`,
    ` ?[^\\s\\p{L}\\p{N}]{1,${longestRun}}`,
    `\\s{1,${longestRun}}(?!\\S)`,
    `\\s{1,${longestRun}}`,
  ].join('|'),
  'uy',
)

/** UTF-16 units from the beginning of a word that decide where it ends: a space, its run, and what follows, in pairs. */
const reach = 2 * (longestRun + 2)

export interface Words {
  /** The words that are certain now that `text` has followed what was pushed before. */
  push(text: string): Generator<string>
  /** The rest. What is pushed next begins a new text. */
  end(): Generator<string>
}

/** Cuts a text that comes in pieces; where the pieces end makes no difference. They end between characters. */
export function createWords(): Words {
  let held = ''
  function* until(limit: number) {
    let start = 0
    while (start < limit) {
      word.lastIndex = start
      const found = word.exec(held)![0]
      start += found.length
      yield found
    }
    held = held.slice(start)
  }
  return {
    *push(text) {
      held += text
      yield* until(held.length - reach)
    },
    *end() {
      yield* until(held.length)
    },
  }
}
