// The line in one sentence: weak, gone, good again; and what one may do about it.
import { useState } from 'preact/hooks';
import type { Conversation } from '../media/conversation.ts';
import type { Devices, Wish } from '../media/devices.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { textOpen } from './panels.ts';
import { useStageText } from './texts.ts';

interface LineProps {
  conversation: Conversation;
  devices: Devices;
}

/** Says that the line is weak, offers to spare it, and takes that back when it is good again. */
export function LineNotice({ conversation, devices }: LineProps) {
  const t = useStageText();
  const [before, setBefore] = useState<Wish>(); // what was on when the line was spared
  const { strength } = conversation.quality.value;
  const weak = strength !== 'good';

  const spare = (byText: boolean) => {
    setBefore({ sound: devices.sound.peek() !== null, camera: devices.camera.peek() !== null });
    conversation.showPictures(false);
    if (!byText) return devices.cameraOff();
    devices.close();
    textOpen.value = true;
  };
  const restore = () => {
    setBefore(undefined);
    conversation.showPictures(true);
    return devices.open(before ?? { sound: true, camera: false });
  };
  const word = before ? (weak ? 'stage.spared' : 'stage.good_again') : strength === 'bad' ? 'stage.bad' : 'stage.weak';
  return (
    <div class="line-notice">
      <div role="status">
        {(weak || before) && (
          <p class="notice small">
            <Icon name={weak ? 'offline' : 'check'} />
            <span>{t(word)}</span>
          </p>
        )}
      </div>
      {before ? (
        <Button kind="ghost" icon="camera" onClick={restore}>
          {t('stage.picture_again')}
        </Button>
      ) : (
        weak && (
          <>
            <Button kind="ghost" icon="sound" onClick={() => spare(false)}>
              {t('stage.sound_only')}
            </Button>
            <Button kind="ghost" icon="text" onClick={() => spare(true)}>
              {t('stage.text_alone')}
            </Button>
          </>
        )
      )}
    </div>
  );
}

/** Megabytes so far: some pay for them. */
export function Volume({ conversation }: { conversation: Conversation }) {
  const t = useStageText();
  const megabytes = conversation.quality.value.bytes / 1e6;
  if (megabytes === 0) return null;
  const mb = megabytes < 10 ? Math.round(megabytes * 10) / 10 : Math.round(megabytes);
  return <span class="volume">{t('stage.volume', { mb: new Intl.NumberFormat(t.lang).format(mb) })}</span>;
}
