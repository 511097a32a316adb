/** Between two conversations: what is to be done next, and how one will be seen and heard. */
import { MishapNotice } from '../stage/mishap.tsx';
import { DeviceButtons, OwnTile } from '../stage/own.tsx';
import { SettingsButton } from '../stage/settings.tsx';
import { Button } from '../ui/button.tsx';
import { useWork } from './context.tsx';
import { useKeys } from './keys.tsx';
import { waitingHere } from './office';
import { DeviceTrouble, OwnLevel } from './own.tsx';
import { useText } from './texts';

export function Idle() {
  const text = useText();
  const work = useWork();
  const { devices } = work;
  const on = devices.sound.value !== null || devices.camera.value !== null;
  const states = [...work.client.offices.value.values()].map((o) => o.desk?.state ?? 'closed');
  const waiting = waitingHere(work.client.offices.value);
  const news = work.news.value;
  const keys = useKeys('next');

  let line = text('visit.idleClosed');
  const open = states.includes('open');
  if (states.length === 0) line = text('app.loading');
  else if (open) {
    line = waiting > 0 ? text('visit.idleWaiting', { n: waiting }) : `${text('visit.idleOpen')} ${text('queue.empty')}`;
  } else if (states.includes('paused')) line = text('visit.idlePaused');

  return (
    <>
      <h2 tabIndex={-1}>{text('visit.none')}</h2>
      {news && news.key !== 'queue.arrived' && <p class="news">{text(news.key, news.values)}</p>}
      <div class="scene idle">
        <div class="ask">
          <People open={open} waiting={waiting} />
          <p class="ready">{line}</p>
          {on ? (
            open && waiting > 0 && <p class="small">{text('visit.idleKeys', { keys: keys.shown })}</p>
          ) : (
            <>
              <p>{text('devices.off')}</p>
              <p class="small">{text('devices.why')}</p>
              <Button busy={devices.asking.value} onClick={() => work.startDevices()}>
                {text('devices.ask')}
              </Button>
            </>
          )}
        </div>
        {on && <OwnTile devices={devices} class="self at-bottom-right" />}
      </div>
      {on && (
        <fieldset class="bar" aria-label={text('devices.title')}>
          <DeviceButtons devices={devices} />
          <SettingsButton devices={devices} />
          <OwnLevel />
        </fieldset>
      )}
      <DeviceTrouble />
      <MishapNotice devices={devices} />
    </>
  );
}

const shown = 10;

function People({ open, waiting }: { open: boolean; waiting: number }) {
  return (
    <div class="people" aria-hidden="true">
      <span class={open ? 'door open' : 'door'} />
      {Array.from({ length: Math.min(waiting, shown) }, (_, i) => (
        <span key={i} class={i === 0 ? 'dot first' : 'dot'} />
      ))}
      {waiting > shown && <span class="num">+{waiting - shown}</span>}
    </div>
  );
}
