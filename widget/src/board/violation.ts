// What the page's Content-Security-Policy forbids us, as the browser reports it.

import { origin } from './baked.ts';

/** Tells of enforced violations that hit us. Lasts as long as the page. */
export function onViolation(kind: 'frame' | 'connect', hit: () => void): void {
  document.addEventListener('securitypolicyviolation', (event) => {
    const { disposition, blockedURI, effectiveDirective } = event;
    if (disposition !== 'report' && blockedURI.startsWith(origin) && effectiveDirective === `${kind}-src`) hit();
  });
}
