/** Tile: one participant's picture, with name and role as text on a solid ground (A09, A26). It stays blank until a frame
 * of this participant is really there, so that nobody is shown under another's name. Its sound comes from Sound. */
import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** Plays something in the tile's video element and says when it may be seen (media/curtain.ts). */
export type Curtain = (video: HTMLVideoElement) => { shown: ReadonlySignal<boolean>; fall: () => void };

export interface TileProps {
  /** A stream of our own, or a curtain before somebody else's. Keep its identity over renderings. */
  source: MediaStream | Curtain | undefined;
  name: string;
  role?: string | undefined;
  /** What readers call the picture, if that is not name and role. */
  label?: string;
  /** Said in place of the picture: "Kamera aus", "Verbindet …". */
  blank: string;
  /** The word shown while this one speaks, beside the border (A14); absent while silent. */
  speaking?: string | undefined;
  /** The words shown while no sound is sent. */
  muted?: string | undefined;
  /** As in a mirror, for the own picture. */
  mirrored?: boolean;
  /** Fills the tile and crops, in place of showing the whole picture. */
  cover?: boolean;
  /** The picture is larger than the tile, and is moved about in it. */
  scrolls?: boolean;
  /** The active one signs, in place of speaking. */
  signing?: boolean;
  class?: string;
  /** Buttons that belong to the picture. */
  children?: ComponentChildren;
}

export function Tile(p: TileProps) {
  const video = useRef<HTMLVideoElement>(null);
  const shown = usePicture(video, p.source);
  const role = p.role !== p.name ? p.role : undefined;
  const who = p.label ?? (role ? `${p.name}, ${role}` : p.name);
  const classes = [
    'tile',
    p.mirrored && 'mirrored',
    p.cover && 'cover',
    p.speaking && 'speaking',
    p.scrolls && 'scrolls',
    p.class,
  ];
  return (
    <figure class={classes.filter(Boolean).join(' ')} data-speaking={p.speaking ? 'true' : undefined}>
      {p.source && (
        // A plain box when nothing scrolls; else keys move the picture about.
        <div class="tile-frame" {...(p.scrolls ? { tabIndex: 0, role: 'group', 'aria-label': who } : {})}>
          <video
            ref={video}
            class={shown ? undefined : 'blank'}
            muted
            autoplay
            playsInline
            tabIndex={-1}
            disablePictureInPicture
            aria-label={who}
          />
        </div>
      )}
      {!shown && (
        <div class="nobody small">
          <Icon name="person" />
          <span>{p.blank}</span>
        </div>
      )}
      <figcaption>
        <span class="chip">
          {p.name}
          {role && <span class="chip-role">{role}</span>}
        </span>
        {p.muted && (
          <span class="chip">
            <Icon name="microphone-off" />
            <span>{p.muted}</span>
          </span>
        )}
        {p.speaking && (
          <span class="chip talk">
            <Icon name={p.signing ? 'hand' : 'sound'} />
            <span>{p.speaking}</span>
          </span>
        )}
      </figcaption>
      {p.children}
    </figure>
  );
}

function usePicture(ref: { current: HTMLVideoElement | null }, source: TileProps['source']): boolean {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const video = ref.current;
    setShown(false);
    if (!video || !source) return;
    if (typeof source === 'function') {
      const { shown: signal, fall } = source(video);
      const stop = signal.subscribe(setShown);
      void video.play()?.catch(() => {}); // muted: refused only while the page is hidden, then autoplay follows
      return () => {
        stop();
        fall();
      };
    }
    const arrived = () => setShown(true);
    video.addEventListener('loadeddata', arrived);
    video.srcObject = source;
    void video.play()?.catch(() => {});
    return () => {
      video.removeEventListener('loadeddata', arrived);
      video.srcObject = null;
    };
  }, [source]);
  return shown;
}
