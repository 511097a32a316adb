// What the script loads when it is needed: at the first hover, at a click, or when something has to be told. It shares
// no module with the script (but dom and frame, which hold no state): what it needs is handed in.

import de from '../locale/board.frame.de.json' with { type: 'json' };
import { type EditorProblem, tellEditor } from './editor.ts';
import { FrameOwner } from './frame-owner.ts';
import type { Later, Shared, Visiting } from './parts.ts';
import { forbidden, visible } from './probe.ts';
import { Relay } from './relay.ts';

/** Path of the doctor, put in by the build. */
declare const DOCTOR_PATH: string;

export function start(shared: Shared): Later {
  const { visit, origin, slug } = shared;
  shared.learn(de);
  const tell = (problem: EditorProblem) => tellEditor(problem, origin);
  const owner = new FrameOwner(shared, tell);
  const relay = new Relay(shared);
  for (const problem of inspect(visit, `${origin}/f/${slug}/`)) {
    tell(problem);
    if (problem === 'policy') visit.blocked = true;
  }
  visit.redraw();
  const check = () => {
    if (location.hash === '#schalter-check')
      void (import(`${origin}/${DOCTOR_PATH}`) as Promise<typeof import('./doctor/main.ts')>).then(({ examine }) =>
        examine(shared),
      );
  };
  addEventListener('hashchange', check);
  check();
  return {
    open: (board, office) => owner.open(board, true, office),
    resume: (board) => void owner.resume(board),
    left: (board) => owner.left(board),
    fail: (problem) => owner.fail(problem),
    speak: () => owner.speak(),
    tell,
    relay: () => relay.fetch(),
  };
}

/** What the web editor should know of this page, before anything is opened. */
function inspect(visit: Visiting, address: string): EditorProblem[] {
  const [board] = visit.boards;
  const found = [
    self.origin === 'null' ? 'sandbox' : !isSecureContext ? 'insecure' : board && forbidden(board.shadow, address),
    board && !visible(board) ? 'hidden' : undefined,
  ] as const;
  return found.filter((problem) => problem !== undefined);
}
