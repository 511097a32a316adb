/** The stage of the one who is served here; before the citizen has entered, the number that was called. */
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { StageProvider } from '../stage/context.ts';
import { Stage } from '../stage/stage.tsx';
import { StageView } from '../stage/view.ts';
import { StatusRegion } from '../ui/status.tsx';
import { Timer } from '../ui/timer.tsx';
import { useWork } from './context.tsx';
import { type Current, callNumber, secondsUntil } from './office';
import { useText } from './texts';

interface CitizenStageProps {
  current: Current;
  full: boolean;
  toggleFull: () => void;
  /** The bar below. */
  children: ComponentChildren;
}

export function CitizenStage({ current, full, toggleFull, children }: CitizenStageProps) {
  const text = useText();
  const work = useWork();
  const [said, setSaid] = useState('');
  const t = current.ticket;
  const view = useMemo(() => new StageView(), [t.id]);
  const room = {
    conversation: work.talk.value,
    devices: work.devices,
    office: text.of(current.office.name),
    awaited: t.name || t.number,
    textOnly: t.text_only ? ('other' as const) : undefined,
    captioner: () => work.client.captioner(current.desk.id),
    say: setSaid,
    view,
    full,
    toggleFull,
  };
  const blank = (id: string) => (id === 'citizen' && t.text_only ? text('visit.textOnly') : undefined);
  let instead: ComponentChildren;
  if (t.state === 'called') instead = <CalledPaper current={current} />;
  else if (work.consulting.held.value) instead = <p class="ready">{text('consult.heldStage')}</p>;
  return (
    <StageProvider value={room}>
      <Stage blank={blank} instead={instead} />
      {children}
      <StatusRegion text={said} />
    </StageProvider>
  );
}

/** The number on paper, as the citizen holds it, and the time that is left. */
function CalledPaper({ current }: { current: Current }) {
  const text = useText();
  const work = useWork();
  const t = current.ticket;
  const left = t.deadline ? secondsUntil(t.deadline, work.client.clock.value) : 0;
  return (
    <div class="paper">
      <p class="small muted">{text.of(current.office.name)}</p>
      <p class="big-number">{t.number}</p>
      <p>{text('visit.called')}</p>
      {callNumber(t) > 1 && (
        <p class="small">{text('visit.nth', { n: callNumber(t), of: current.office.max_calls })}</p>
      )}
      {left > 0 ? (
        <>
          <p class="countdown">
            {text('visit.left')} <Timer label={text('visit.left')} seconds={left} />
          </p>
          <p class="small muted">{text('visit.notYet')}</p>
        </>
      ) : (
        <p class="small muted">{text('visit.soon')}</p>
      )}
    </div>
  );
}
