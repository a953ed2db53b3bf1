/**
 * Keeps zod from compiling its parsers with `new Function`, which the windows' content security policy forbids.
 * It looks for that ability whenever a schema is made, so this is imported before the first one.
 */
import { config } from 'zod'

config({ jitless: true })
