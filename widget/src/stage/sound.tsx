// Everybody's sound. Where the browser holds it back, a button lets it go.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Conversation } from '../media/conversation.ts';
import { sendTo } from '../media/speaker.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { useStage } from './context.ts';
import { useStageText } from './texts.ts';

export function Sound({ conversation }: { conversation: Conversation }) {
  const t = useStageText();
  const box = useRef<HTMLDivElement>(null);
  const [blocked, setBlocked] = useState(false);
  const seats = conversation.seats.value;
  const output = useStage().devices.output.value;

  useEffect(() => {
    for (const audio of box.current?.querySelectorAll('audio') ?? []) {
      const seat = seats.find((s) => String(s.index) === audio.dataset.seat);
      if (!seat || audio.srcObject === seat.audio) continue;
      audio.srcObject = seat.audio;
      audio.play().catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') setBlocked(true);
      });
    }
  }, [seats]);

  useEffect(() => {
    for (const audio of box.current?.querySelectorAll('audio') ?? []) void sendTo(audio, output);
  }, [seats, output]);

  const play = () => {
    for (const media of box.current?.ownerDocument.querySelectorAll<HTMLMediaElement>('audio, video') ?? []) {
      media.play().catch(() => undefined);
    }
    setBlocked(false);
  };
  return (
    <>
      <div ref={box} hidden>
        {seats.map((seat) => (
          // biome-ignore lint/a11y/useMediaCaption: a live conversation; captions are a panel of their own
          <audio key={seat.index} data-seat={seat.index} autoplay />
        ))}
      </div>
      {blocked && (
        <div class="stage-sound">
          <Alert kind="notice">
            {t('stage.sound_blocked')}{' '}
            <Button icon="sound" onClick={play}>
              {t('stage.sound_on')}
            </Button>
          </Alert>
        </div>
      )}
    </>
  );
}
