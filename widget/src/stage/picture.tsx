// Another one's picture with name, role and office as text (A09).
import { useMemo } from 'preact/hooks';
import type { Other } from '../media/conversation.ts';
import { hang } from '../media/curtain.ts';
import { type Curtain, Tile } from '../ui/tile.tsx';
import { nameOf, roleOf, useStage } from './context.ts';
import { useStageText } from './texts.ts';

interface OtherTileProps {
  other: Other;
  /** Said in place of an absent picture; else what the participant's own words make of it. */
  blank: string | undefined;
}

export function OtherTile({ other, blank }: OtherTileProps) {
  const t = useStageText();
  const { conversation, office, awaited } = useStage();
  const { participant, seat } = other;
  const curtain = useMemo<Curtain | undefined>(() => seat && ((video) => hang(video, seat)), [seat]);
  const speaking = conversation?.speaking.value.has(participant.id) === true;

  let instead = ''; // who is not here: the words over the pictures say it
  if (participant.here) instead = blank ?? t(participant.picture ? 'stage.picture_soon' : 'stage.camera_off');
  if (seat?.tile.value.withheld) instead = t('stage.picture_withheld');
  return (
    <Tile
      class={participant.side}
      source={curtain}
      name={nameOf(participant, awaited, t)}
      role={roleOf(participant, office, t)}
      blank={instead}
      speaking={speaking ? t('stage.speaks') : undefined}
      muted={participant.here && !participant.sound ? t('stage.muted') : undefined}
    />
  );
}
