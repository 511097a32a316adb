// Another one's picture with name, role and office as text (A09). Who speaks or signs is active, in words and by a border
// (A14, A15). Pinned, it keeps its place whatever else happens (A16).
import { useMemo } from 'preact/hooks';
import type { Other } from '../media/conversation.ts';
import { hang } from '../media/curtain.ts';
import { Icon } from '../ui/icon.tsx';
import { type Curtain, Tile } from '../ui/tile.tsx';
import { nameOf, roleOf, useStage } from './context.ts';
import { useStageText } from './texts.ts';

interface OtherTileProps {
  other: Other;
  pinned: boolean;
  /** Said in place of an absent picture; else what the participant's own words make of it. */
  blank: string | undefined;
}

export function OtherTile({ other, pinned, blank }: OtherTileProps) {
  const t = useStageText();
  const { conversation, office, awaited, view } = useStage();
  const { participant, seat } = other;
  const curtain = useMemo<Curtain | undefined>(() => seat && ((video) => hang(video, seat)), [seat]);
  const name = nameOf(participant, awaited, t);

  let active: string | undefined;
  if (participant.signing && participant.here) active = t('stage.signs');
  else if (conversation?.speaking.value.has(participant.id)) active = t('stage.speaks');

  let instead = ''; // who is not here: the words over the pictures say it
  if (participant.here) instead = blank ?? t(participant.picture ? 'stage.picture_soon' : 'stage.camera_off');
  if (seat?.tile.value.withheld) instead = t('stage.picture_withheld');
  if (seat?.tile.value.unreadable) instead = t('stage.picture_unreadable');
  return (
    <Tile
      class={pinned ? `${participant.side} pin` : participant.side}
      source={curtain}
      name={name}
      role={roleOf(participant, office, t)}
      blank={instead}
      speaking={active}
      signing={participant.signing}
      muted={participant.here && !participant.sound ? t('stage.muted') : undefined}
    >
      <button
        type="button"
        class="tile-button"
        aria-pressed={pinned}
        aria-label={t('stage.pin_label', { name })}
        onClick={() => {
          view.pin.value = pinned ? '' : participant.id;
        }}
      >
        <Icon name="pin" />
        <span>{t('stage.pin')}</span>
      </button>
    </Tile>
  );
}
