/** Where a consult touches the conversation: the citizen who waits a moment, and a colleague's conversation in which one
 * takes part. */
import { useMemo, useState } from 'preact/hooks';
import { StageProvider } from '../stage/context.ts';
import { DeviceButtons } from '../stage/own.tsx';
import { Stage } from '../stage/stage.tsx';
import { StageView } from '../stage/view.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { StatusRegion } from '../ui/status.tsx';
import { Timer } from '../ui/timer.tsx';
import { useWork } from './context.tsx';
import { DeviceTrouble } from './own.tsx';
import { useText } from './texts';

/** Above the stage while the citizen hears and sees nothing of this clerk. It stays until the clerk comes back. */
export function Moment() {
  const text = useText();
  const work = useWork();
  const c = work.consulting.asked.value;
  return (
    <Alert kind="notice" class="moment">
      {c?.held_since && (
        <div class="with-button">
          <span>
            <strong>{text('consult.held')}</strong> {text('consult.heldText')}{' '}
            <Timer
              label={text('consult.heldFor')}
              seconds={(work.client.clock.value - Date.parse(c.held_since)) / 1000}
            />
          </span>
          <Button icon="back" onClick={() => work.consult(c.id, { move: 'back' })}>
            {text('consult.back')}
          </Button>
        </div>
      )}
    </Alert>
  );
}

/** A colleague's conversation in which this clerk takes part, or is about to: the citizen is asked first. */
export function Joined() {
  const text = useText();
  const work = useWork();
  const [said, setSaid] = useState('');
  const c = work.consulting.joins.value;
  const view = useMemo(() => new StageView(), []);
  if (!c) return null;
  const room = {
    conversation: work.consulting.joined.value,
    devices: work.devices,
    office: text.of(c.office),
    awaited: c.number, // the citizen, if nameless
    say: setSaid,
    view,
    full: false,
    toggleFull: () => undefined,
  };
  const waits = (
    <p class="ready" role="status">
      {text('consult.waitsForYes')}
    </p>
  );
  return (
    <>
      <div class="line">
        <h2 class="who" tabIndex={-1}>
          <span class="number">{c.number}</span> {text('consult.joinedTitle', { name: c.with })}
        </h2>
      </div>
      <StageProvider value={room}>
        <Stage instead={c.agreed ? undefined : waits} />
      </StageProvider>
      <StatusRegion text={said} />
      <fieldset class="bar" aria-label={text('visit.bar')}>
        <DeviceButtons devices={work.devices} />
        <span class="acts">
          <Button kind="danger" icon="leave" onClick={() => work.consult(c.id, { move: 'leave' })}>
            {text('consult.leaveJoined')}
          </Button>
        </span>
      </fieldset>
      <DeviceTrouble />
    </>
  );
}
