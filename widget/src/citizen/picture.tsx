// Another one's picture. Name and role stand on it as text, on a solid ground.
import type { ReadonlySignal } from '@preact/signals-core';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Other } from '../media/conversation.ts';
import { hang } from '../media/curtain.ts';
import { Icon } from '../ui/icon.tsx';
import { useApp } from './context.ts';
import { useT } from './texts.ts';

export function Picture({ other, name, office }: { other: Other; name: string; office: string }) {
  const t = useT();
  const { participant, seat } = other;
  const video = useRef<HTMLVideoElement>(null);
  const [shown, setShown] = useState<ReadonlySignal<boolean>>();
  useEffect(() => {
    const element = video.current;
    if (!element || !seat) return;
    const curtain = hang(element, seat);
    setShown(curtain.shown);
    element.play().catch(() => undefined); // silent pictures may always play; if not, the sound's button helps
    return () => {
      curtain.fall();
      setShown(undefined);
    };
  }, [seat]);

  const visible = shown?.value ?? false;
  const speaking = useApp().talk.conversation.value?.speaking.value.has(participant.id) ?? false;
  const who = `${name}, ${t(`conv.role.${participant.side}`)}, ${office}`;
  const instead = participant.picture ? t('conv.picture_soon') : t('conv.camera_off');
  return (
    <figure class={`tile${speaking ? ' speaking' : ''}`} data-speaking={speaking ? 'true' : undefined}>
      {seat && <video ref={video} muted autoplay playsInline tabIndex={-1} disablePictureInPicture aria-label={who} />}
      {!visible && (
        <div class="nobody">
          <Icon name="person" />
          {participant.here && <span>{instead}</span>}
        </div>
      )}
      <figcaption>
        <span class="chip">
          {name}
          <span class="chip-role">{t(`conv.role.${participant.side}`)}</span>
        </span>
        {participant.here && !participant.sound && (
          <span class="chip">
            <Icon name="microphone-off" />
            {t('conv.muted')}
          </span>
        )}
        {speaking && (
          <span class="chip talk">
            <Icon name="sound" />
            {t('conv.speaking')}
          </span>
        )}
      </figcaption>
    </figure>
  );
}
