/** What zod found wrong, on one line: "Invalid option: expected one of ... at axes.score; ...". */
import type { z } from 'zod'

export const issuesOf = (error: z.ZodError): string =>
  error.issues
    .map(({ message, path }) => (path.length > 0 ? `${message} at ${path.map(String).join('.')}` : message))
    .join('; ')
