// The controls of a conversation: large, with words, and the way out asks first.
import { useState } from 'preact/hooks';
import type { CitizenTicket } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useApp } from './context.ts';
import { Phone } from './phone.tsx';
import { useT } from './texts.ts';

export function Bar({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const { devices } = app;
  const [leaving, setLeaving] = useState(false);
  const sound = devices.sound.value !== null && !devices.muted.value;
  const camera = devices.camera.value !== null;

  const toggleSound = async () => {
    if (devices.sound.peek()) devices.mute(!devices.muted.peek());
    else {
      devices.mute(false);
      await devices.open({ sound: true, camera: false });
    }
  };
  const toggleCamera = async () => {
    if (devices.camera.peek()) devices.cameraOff();
    else await devices.open({ sound: false, camera: true });
  };
  const toggleFull = () => {
    app.full.value = !app.full.value;
    app.host.full(app.full.value);
  };

  return (
    <div class="bar">
      <Button icon={sound ? 'microphone' : 'microphone-off'} class={sound ? 'on' : 'off'} onClick={toggleSound}>
        {t(sound ? 'conv.microphone' : 'conv.microphone_off')}
      </Button>
      <Button icon={camera ? 'camera' : 'camera-off'} class={camera ? 'on' : 'off'} onClick={toggleCamera}>
        {t(camera ? 'conv.camera' : 'conv.camera_off')}
      </Button>
      {app.host.framed && <Button onClick={toggleFull}>{t(app.full.value ? 'conv.small' : 'conv.full')}</Button>}
      <Phone ticket={ticket} short />
      <Button kind="danger" icon="hang-up" onClick={() => setLeaving(true)}>
        {t('conv.leave')}
      </Button>
      {leaving && (
        <Dialog
          title={t('conv.leave_title')}
          onClose={() => setLeaving(false)}
          actions={
            <>
              <Button kind="ghost" autofocus onClick={() => setLeaving(false)}>
                {t('conv.stay')}
              </Button>
              <Button kind="danger" onClick={() => app.leaveConversation()}>
                {t('conv.leave')}
              </Button>
            </>
          }
        >
          <p>{t('conv.leave_text')}</p>
        </Dialog>
      )}
    </div>
  );
}
