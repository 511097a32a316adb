/** The bell on the screen: what rings, how to make it quiet, how it sounds, and the signs outside of the page. */
import { useEffect, useState } from 'preact/hooks';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Checkbox, Radios } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { address } from './areas.tsx';
import { bellSounds } from './bell';
import { useWork } from './context.tsx';
import { drawIcon } from './favicon';
import { ownOffices, waitingHere } from './office';
import { useText } from './texts';

/** Below the header, in every area: somebody has come. */
export function Ringing() {
  const text = useText();
  const { bell, client } = useWork();
  const open = ownOffices(client.offices.value).some((o) => o.desk?.state === 'open');
  const mute = open && bell.settings.value.on && !bell.awake.value;
  // Any click or key lets the browser sound.
  useEffect(() => {
    const wake = () => bell.wake();
    wake();
    addEventListener('pointerdown', wake);
    addEventListener('keydown', wake);
    return () => {
      removeEventListener('pointerdown', wake);
      removeEventListener('keydown', wake);
    };
  }, [bell]);
  return (
    <>
      {bell.ringing.value && (
        <section class="ringing" aria-label={text('bell.title')}>
          <Icon name="bell" />
          <strong>{text('queue.arrived', { n: waitingHere(client.offices.value) })}</strong>
          {address.value !== '' && (
            <a class="to-work" href="#/">
              {text('bell.toWork')}
            </a>
          )}
          <Button kind="ghost" onClick={() => bell.hush()}>
            {text(bell.settings.value.on ? 'bell.hush' : 'bell.seen')}
          </Button>
        </section>
      )}
      <Alert kind="notice" class="mute">
        {mute && (
          <div class="with-button">
            {text('bell.mute')}
            <Button kind="ghost" onClick={() => bell.test()}>
              {text('bell.unmute')}
            </Button>
          </div>
        )}
      </Alert>
    </>
  );
}

/** What is seen when the page is not: the window's title and icon, and the system's notification. */
export function Signs() {
  const text = useText();
  const { bell, client } = useWork();
  const waiting = waitingHere(client.offices.value);
  const title = waiting > 0 ? text('app.titleWaiting', { n: waiting }) : text('app.title');
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => drawIcon(waiting), [waiting]);
  const ringing = bell.ringing.value;
  const arrivals = bell.arrivals.value;
  useEffect(() => {
    if (!ringing || !bell.settings.peek().notify || document.hasFocus()) return;
    return notify(title, text('queue.arrived', { n: waiting }));
  }, [ringing, arrivals]);
  return null;
}

/** Returns how to take it back. */
function notify(title: string, body: string): (() => void) | undefined {
  try {
    const note = new Notification(title, { body, tag: 'schalter' });
    note.onclick = () => {
      window.focus();
      note.close();
    };
    return () => note.close();
  } catch {
    return undefined; // not here: a phone's browser, or not allowed any more
  }
}

export function BellDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const { bell } = useWork();
  const { on, sound, volume, notify: wanted } = bell.settings.value;
  const [refused, setRefused] = useState(permission() === 'denied');
  const ask = async (wish: boolean) => {
    if (wish && permission() === 'default') await Notification.requestPermission();
    setRefused(permission() === 'denied');
    bell.set({ notify: wish && permission() === 'granted' });
  };
  return (
    <Dialog
      title={text('bell.title')}
      onClose={onClose}
      actions={
        <>
          <Button kind="ghost" icon="bell" autofocus onClick={() => bell.test()}>
            {text('bell.test')}
          </Button>
          <Button onClick={onClose}>{text('bell.close')}</Button>
        </>
      }
    >
      <p class="muted">{text('bell.text')}</p>
      <Checkbox label={text('bell.on')} checked={on} onChange={(on) => bell.set({ on })} />
      <Radios
        legend={text('bell.sound')}
        value={sound}
        onChange={(value) => {
          bell.set({ sound: value as typeof sound });
          bell.test();
        }}
        options={bellSounds.map((value) => ({ value, text: text(`bell.sound.${value}`) }))}
      />
      <div class="field volume">
        <label for="bell-volume">{text('bell.volume')}</label>
        <input
          id="bell-volume"
          type="range"
          min={1}
          max={10}
          value={volume}
          onInput={(e) => bell.set({ volume: Number(e.currentTarget.value) })}
          onChange={() => bell.test()}
        />
      </div>
      {permission() !== undefined && (
        <Checkbox label={text('bell.notify')} checked={wanted && permission() === 'granted'} onChange={ask} />
      )}
      <Alert kind="notice">{refused && text('bell.refused')}</Alert>
    </Dialog>
  );
}

function permission(): NotificationPermission | undefined {
  return typeof Notification === 'undefined' ? undefined : Notification.permission;
}
