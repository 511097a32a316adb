import { useEffect, useRef } from 'preact/hooks';
import { useApp } from './context.ts';
import { useT } from './texts.ts';

/** The own picture: mirrored, as in a mirror, and silent. */
export function OwnPicture({ class: extra }: { class?: string }) {
  const t = useT();
  const camera = useApp().devices.camera.value;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = camera ? new MediaStream([camera]) : null;
    if (camera) element.play().catch(() => undefined);
  }, [camera]);
  return (
    <figure class={`tile mirrored cover own${extra ? ` ${extra}` : ''}`}>
      <video ref={video} muted autoplay playsInline tabIndex={-1} disablePictureInPicture aria-label={t('check.own')} />
      <figcaption>
        <span class="chip">{t('conv.you')}</span>
      </figcaption>
    </figure>
  );
}
