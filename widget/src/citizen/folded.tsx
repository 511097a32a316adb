// What is folded away below the number until the citizen wants it.
import type { CitizenTicket } from '../client/protocol.ts';
import { useApp } from './context.ts';
import { Folded } from './part.tsx';
import { useT } from './texts.ts';

/** What the citizen may say beforehand. */
export function About({ ticket }: { ticket: CitizenTicket }) {
  return <Folded title={useT()('about.title')}>{(parts) => <parts.AboutForm ticket={ticket} />}</Folded>;
}

/** How the call is to be noticed. */
export function Hearing() {
  return <Folded title={useT()('hearing.title')}>{(parts) => <parts.HearingForm />}</Folded>;
}

/** What is kept of the citizen. */
export function Mine({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  if (!useApp().held.value) return null;
  return <Folded title={t('mine.title')}>{(parts) => <parts.MineForm ticket={ticket} />}</Folded>;
}
