/** Tile: one participant's picture, with name and role as text on a solid ground (A09, A26). It stays blank until a frame
 * of this participant is really there, so that nobody is shown under another's name. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

export interface TileProps {
  stream: MediaStream | undefined;
  /** Whether a picture of this participant is to be expected: camera on, and the seat is theirs. */
  picture: boolean;
  name: string;
  role?: string | undefined;
  /** Said in place of the picture: "Kamera aus", "Verbindet …". */
  blank: string;
  /** The word shown while this one speaks, beside the border (A14); absent while silent. */
  speaking?: string | undefined;
  /** The words shown while no sound is sent. */
  muted?: string | undefined;
  /** The own picture: mirrored, and its sound is not played. */
  own?: boolean;
  /** Fills the tile and crops, in place of showing the whole picture. */
  cover?: boolean;
  /** The browser refuses to play sound before a click: offer a button that calls the argument. */
  onBlocked?: ((play: () => void) => void) | undefined;
  class?: string;
}

export function Tile(p: TileProps) {
  const video = useRef<HTMLVideoElement>(null);
  const framed = useFirstFrame(video, p.stream, p.picture);
  const { onBlocked } = p;
  const blocked = useRef(onBlocked);
  blocked.current = onBlocked;

  useEffect(() => {
    const element = video.current;
    if (!element || element.srcObject === (p.stream ?? null)) return;
    element.srcObject = p.stream ?? null;
    if (!p.stream) return;
    const play = () => {
      element.play().catch((err: unknown) => {
        const refused = err instanceof DOMException && err.name === 'NotAllowedError';
        if (refused) blocked.current?.(play);
      });
    };
    play();
  }, [p.stream]);

  const showing = p.picture && framed;
  const who = p.role ? `${p.name} · ${p.role}` : p.name;
  const classes = ['tile', p.own && 'mirrored', p.cover && 'cover', p.speaking && 'speaking', p.class];
  return (
    <figure class={classes.filter(Boolean).join(' ')} data-speaking={p.speaking ? 'true' : undefined}>
      <video
        ref={video}
        class={showing ? undefined : 'blank'}
        muted={p.own}
        autoplay
        playsInline
        tabIndex={-1}
        disablePictureInPicture
        aria-label={who}
      />
      {!showing && (
        <div class="nobody small">
          <Icon name="person" />
          {p.blank}
        </div>
      )}
      <figcaption>
        <span class="chip">{who}</span>
        {p.muted && (
          <span class="chip">
            <Icon name="microphone-off" />
            {p.muted}
          </span>
        )}
        {p.speaking && (
          <span class="chip talk">
            <Icon name="sound" />
            {p.speaking}
          </span>
        )}
      </figcaption>
    </figure>
  );
}

/** True from the first frame on that was shown after `stream` was set or `picture` became true. */
function useFirstFrame(video: { current: HTMLVideoElement | null }, stream: unknown, picture: boolean): boolean {
  const [framed, setFramed] = useState(false);
  useEffect(() => {
    setFramed(false);
    const element = video.current;
    if (!element || !stream || !picture) return;
    const arrived = () => setFramed(true);
    if ('requestVideoFrameCallback' in element) {
      const handle = element.requestVideoFrameCallback(arrived);
      return () => element.cancelVideoFrameCallback(handle);
    }
    const other = element as HTMLVideoElement; // a browser without the callback
    other.addEventListener('timeupdate', arrived, { once: true });
    return () => other.removeEventListener('timeupdate', arrived);
  }, [stream, picture]);
  return framed;
}
