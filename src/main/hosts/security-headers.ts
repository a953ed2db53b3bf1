/** The headers under which both hosts serve the window. docs/security.md says why each value is what it is. */

const unneeded = [
  ...['camera', 'microphone', 'display-capture', 'geolocation', 'clipboard-read'],
  ...['usb', 'serial', 'hid', 'midi', 'payment'],
]

/**
 * Headers of every response. `connect` lists what the page may connect to: nothing under Electron, its own server in
 * a browser. Nothing is inline: the chart library sets styles through the object model only, which a policy allows.
 */
export function securityHeaders(connect: string): Record<string, string> {
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self'",
    'font-src': "'self'",
    'connect-src': connect,
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  }
  return {
    'content-security-policy': Object.entries(policy)
      .map(([directive, value]) => `${directive} ${value}`)
      .join('; '),
    // what the page never needs; a browser would ask the person for it
    'permissions-policy': unneeded.map((feature) => `${feature}=()`).join(', '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }
}
