/** Sound: plays a stream that is heard and not seen. */
import { useEffect, useRef } from 'preact/hooks';

interface SoundProps {
  stream: MediaStream | undefined;
  /** The browser refuses to play before a click: offer a button that calls the argument. */
  onBlocked: (play: () => void) => void;
}

export function Sound({ stream, onBlocked }: SoundProps) {
  const element = useRef<HTMLAudioElement>(null);
  const blocked = useRef(onBlocked);
  blocked.current = onBlocked;
  useEffect(() => {
    const audio = element.current;
    if (!audio) return;
    audio.srcObject = stream ?? null;
    if (!stream) return;
    const play = () => {
      audio.play()?.catch((err: unknown) => {
        if (err instanceof DOMException && err.name === 'NotAllowedError') blocked.current(play);
      });
    };
    play();
    return () => {
      audio.srcObject = null;
    };
  }, [stream]);
  // biome-ignore lint/a11y/useMediaCaption: live speech; real-time text is the conversation's, not a track's
  return <audio ref={element} autoplay />;
}
