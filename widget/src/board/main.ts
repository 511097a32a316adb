// The script of the town's page. It creates no global: one element name is all.

import { BoardElement } from './element.ts';
import { elementName, giveWay, ownScript, place, refine } from './placement.ts';

const running = document.currentScript; // only now

function start(): void {
  const script = ownScript(running);
  refine(script);
  if (!window.customElements || customElements.get(elementName)) return; // too old, or a second tag
  customElements.define(
    elementName,
    class extends BoardElement {
      override connectedCallback(): void {
        giveWay(this);
        super.connectedCallback();
      }
    },
  );
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => place(script));
  else place(script);
}

start();
