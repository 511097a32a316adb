// The ways to show something: a screen, or a second camera over a document. Who needs leave asks first.
import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useStage } from './context.ts';
import { ScreenButton } from './screen-button.tsx';
import { useShareText } from './share-texts.ts';
import { free } from './sharing.ts';

/** Both buttons; without a second camera there is only one, on a phone maybe none. */
export function ShowButtons() {
  return (
    <>
      <ScreenButton />
      <DocumentButton />
    </>
  );
}

export function DocumentButton() {
  const t = useShareText();
  const { conversation, devices } = useStage();
  const [choosing, setChoosing] = useState(false);
  const own = conversation?.own.value;
  const used = devices.camera.value ? devices.used('camera') : '';
  const cameras = devices.available.value.camera.filter((camera) => camera.deviceId !== used);
  if (!conversation || !own || cameras.length === 0) return null;
  const { sharing } = conversation;
  const show = () => {
    if (!free(own)) return conversation.askScreen();
    const only = cameras.length === 1 ? cameras[0] : undefined;
    if (only) return sharing.camera(only.deviceId);
    setChoosing(true);
  };
  if (sharing.kind.value === 'camera') return null; // the line above the pictures has the way out
  const waits = own.screen_leave === 'asked';
  return (
    <>
      <Button icon="document" kind="ghost" class="off" reason={waits ? t('stage.waits') : undefined} onClick={show}>
        {t('share.show_document')}
      </Button>
      {choosing && (
        <Dialog
          title={t('share.which_camera')}
          onClose={() => setChoosing(false)}
          actions={
            <Button kind="ghost" autofocus onClick={() => setChoosing(false)}>
              {t('share.cancel')}
            </Button>
          }
        >
          <p>{t('share.which_text')}</p>
          <ul class="cameras">
            {cameras.map((camera, i) => (
              <li key={camera.deviceId}>
                <Button
                  kind="ghost"
                  icon="camera"
                  onClick={() => {
                    setChoosing(false);
                    void sharing.camera(camera.deviceId);
                  }}
                >
                  {camera.label || t('share.camera_n', { n: i + 1 })}
                </Button>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
}
