/** Between two conversations: what is to be done next, and how one will be seen and heard. */
import { Button } from '../ui/button.tsx';
import { useWork } from './context.tsx';
import { waitingHere } from './office';
import { DeviceButtons, DeviceTrouble, OwnLevel, OwnTile } from './own.tsx';
import { useText } from './texts';

export function Idle() {
  const text = useText();
  const work = useWork();
  const { devices } = work;
  const on = devices.sound.value !== null || devices.camera.value !== null;
  const states = [...work.client.offices.value.values()].map((o) => o.desk?.state ?? 'closed');
  const waiting = waitingHere(work.client.offices.value);
  const news = work.news.value;

  let line = text('visit.idleClosed');
  if (states.includes('open')) {
    line = waiting > 0 ? text('visit.idleWaiting', { n: waiting }) : `${text('visit.idleOpen')} ${text('queue.empty')}`;
  } else if (states.includes('paused')) line = text('visit.idlePaused');

  return (
    <>
      <h2>{text('visit.none')}</h2>
      <p class="muted">{line}</p>
      {news && <p class="news">{text(news.key, news.values)}</p>}
      <h3>{text('devices.title')}</h3>
      <div class="stage idle">
        {on ? (
          <OwnTile class="preview" />
        ) : (
          <div class="ask">
            <p>{text('devices.off')}</p>
            <p class="small">{text('devices.why')}</p>
            <Button busy={devices.asking.value} onClick={() => work.startDevices()}>
              {text('devices.ask')}
            </Button>
          </div>
        )}
      </div>
      {on && (
        <fieldset class="bar" aria-label={text('devices.title')}>
          <DeviceButtons />
          <OwnLevel />
        </fieldset>
      )}
      <DeviceTrouble />
    </>
  );
}
