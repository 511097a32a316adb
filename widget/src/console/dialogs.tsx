/** The dialogs of the desk screen. At most one is open (Work.dialog). */
import { useState } from 'preact/hooks';
import type { ClerkSession } from '../client/protocol';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Select } from '../ui/field.tsx';
import { AskDialog } from './consult-ask.tsx';
import { useWork } from './context.tsx';
import { InviteDialog } from './invite.tsx';
import { MessageDialog } from './message.tsx';
import { ReasonDialog } from './reason.tsx';
import { timeText, useText } from './texts';
import { TransferDialog } from './transfer.tsx';

export function Dialogs({ session }: { session: ClerkSession }) {
  const work = useWork();
  const text = useText();
  const state = work.dialog.value;
  const close = () => {
    work.dialog.value = undefined;
  };
  if (!state) return null;
  switch (state.kind) {
    case 'open':
      return <OpenDialog {...named(state.office)} />;
    case 'pause':
      return <PauseDialog {...named(state.office)} />;
    case 'close':
      return <CloseDialog {...named(state.office)} />;
    case 'finish':
      return <FinishDialog onClose={close} />;
    case 'ask':
      return <AskDialog onClose={close} />;
    case 'invite':
      return <InviteDialog onClose={close} />;
    case 'transfer':
      return <TransferDialog {...state} onClose={close} />;
    case 'reason':
      return <ReasonDialog {...state} onClose={close} />;
    case 'message':
      return <MessageDialog {...named(state.office)} />;
    default:
      return null; // of the header
  }

  function named(office: string) {
    return { office, name: text.of(session.offices.find((o) => o.id === office)?.name), onClose: close };
  }
}

interface OfficeDialogProps {
  office: string;
  name: string;
  onClose: () => void;
}

function OpenDialog({ office, name, onClose }: OfficeDialogProps) {
  const text = useText();
  const work = useWork();
  const both = async () => {
    await work.startDevices();
    await work.openNow(office);
  };
  return (
    <Dialog
      title={text('open.title', { office: name })}
      onClose={onClose}
      actions={
        <>
          <Button kind="ghost" onClick={onClose}>
            {text('open.cancel')}
          </Button>
          <Button kind="ghost" onClick={() => work.openNow(office)}>
            {text('open.without')}
          </Button>
          <Button autofocus onClick={both}>
            {text('open.with')}
          </Button>
        </>
      }
    >
      <p>{text('open.why')}</p>
    </Dialog>
  );
}

const pauses = [5, 10, 15, 30, 45, 60];

function PauseDialog({ office, name, onClose }: OfficeDialogProps) {
  const text = useText();
  const work = useWork();
  const [minutes, setMinutes] = useState('');
  const until = (m: number) => new Date(work.client.clock.peek() + m * 60_000);
  const options = pauses.map((n) => ({
    value: String(n),
    text: text('pause.minutes', { n, time: timeText(until(n), text.lang) }),
  }));
  return (
    <Dialog
      title={text('pause.title', { office: name })}
      onClose={onClose}
      actions={
        <>
          <Button kind="ghost" onClick={onClose}>
            {text('pause.cancel')}
          </Button>
          <Button onClick={() => work.pause(office, minutes ? until(Number(minutes)) : undefined)}>
            {text('pause.start')}
          </Button>
        </>
      }
    >
      <Select
        label={text('pause.until')}
        hint={text('pause.hint')}
        value={minutes}
        onChange={setMinutes}
        options={[{ value: '', text: text('pause.open') }, ...options]}
      />
    </Dialog>
  );
}

function CloseDialog({ office, name, onClose }: OfficeDialogProps) {
  const text = useText();
  const work = useWork();
  const n = work.client.offices.value.get(office)?.waiting.length ?? 0;
  return (
    <Dialog
      title={text('close.title', { office: name })}
      onClose={onClose}
      actions={
        <>
          <Button kind="ghost" autofocus onClick={onClose}>
            {text('close.cancel')}
          </Button>
          <Button kind="danger" onClick={() => work.close(office)}>
            {text('close.do')}
          </Button>
        </>
      }
    >
      {n > 0 && <p>{text('close.waiting', { n })}</p>}
      <p class="muted">{text('close.kept')}</p>
    </Dialog>
  );
}

function FinishDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const work = useWork();
  const number = work.current.value?.ticket.number ?? '';
  return (
    <Dialog
      title={text('finish.title', { number })}
      onClose={onClose}
      actions={
        <>
          <Button kind="ghost" onClick={onClose}>
            {text('finish.cancel')}
          </Button>
          <Button kind="danger" autofocus onClick={() => work.finish()}>
            {text('finish.do')}
          </Button>
        </>
      }
    >
      <p>{text('finish.text')}</p>
    </Dialog>
  );
}
