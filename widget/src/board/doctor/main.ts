// The doctor: opened by #schalter-check behind the address of the town's page, it tells the web editor what is in the
// way of a conversation there, with the line that mends it. The page's visitors never load it.

import de from '../../locale/doctor.de.json' with { type: 'json' };
import en from '../../locale/doctor.en.json' with { type: 'json' };
import boardCss from '../board.css';
import { dress, el } from '../dom.ts';
import type { Shared } from '../parts.ts';
import css from './doctor.css';
import { judge } from './judge.ts';
import { look, trouble } from './look.ts';
import { Panel, sayIn } from './panel.ts';

let shown: Panel | undefined;
let host: HTMLElement | undefined;

export async function examine(shared: Shared): Promise<void> {
  if (document.readyState !== 'complete') await new Promise((done) => addEventListener('load', done, { once: true }));
  const [board] = shared.visit.boards;
  const lang = (board?.words.lang ?? document.documentElement.lang).startsWith('en') ? 'en' : 'de';
  shown?.element.remove();
  host?.remove();
  const shadow = place(shared);
  const run = async () => {
    panel.busy();
    const facts = await look(shared, shadow);
    if (facts.allowed.camera === false || facts.allowed.microphone === false) shared.visit.blocked = true;
    panel.show(judge(facts));
  };
  const panel = new Panel(
    sayIn(lang, lang === 'en' ? en : de),
    lang,
    () => void run(),
    () => {
      panel.element.remove();
      host?.remove();
      history.replaceState(history.state, '', location.href.split('#')[0]);
    },
  );
  shown = panel;
  (shadow.querySelector('.board') ?? shadow).prepend(panel.element);
  await run();
}

/** In the first board that people can see; else at the end of the page, in an element of our own. */
function place({ visit }: Shared): ShadowRoot {
  for (const board of visit.boards) {
    if (trouble(board).trouble) continue;
    dress(board.shadow, css);
    return board.shadow;
  }
  host = el('div');
  const shadow = host.attachShadow({ mode: 'open' });
  dress(shadow, boardCss);
  dress(shadow, css);
  shadow.append(el('div', { class: 'board' }));
  document.body.append(host);
  return shadow;
}
