// A screen, a window or a document that somebody else shows.
import { useMemo } from 'preact/hooks';
import type { Shown } from '../media/conversation.ts';
import { hang } from '../media/curtain.ts';
import { Icon } from '../ui/icon.tsx';
import { type Curtain, Tile } from '../ui/tile.tsx';
import { nameOf, useStage } from './context.ts';
import { useShareText } from './share-texts.ts';

export function ScreenTile({ shown, behind }: { shown: Shown; behind: boolean }) {
  const t = useShareText();
  const { awaited, conversation, view } = useStage();
  const { participant, screen } = shown;
  const curtain = useMemo<Curtain>(() => (video) => hang(video, screen), [screen]);
  const enlarged = view.enlarged.value;
  const name = nameOf(participant, awaited, t);
  return (
    <Tile
      class={behind ? 'screen behind' : 'screen'}
      source={curtain}
      name={t(participant.second_camera ? 'share.document_of' : 'share.screen_of', { name })}
      blank={t('stage.picture_soon')}
      scrolls={enlarged}
    >
      <div class="screen-buttons">
        <button
          type="button"
          class="tile-button"
          aria-pressed={enlarged}
          onClick={() => {
            view.enlarged.value = !enlarged;
          }}
        >
          <Icon name={enlarged ? 'shrink' : 'enlarge'} />
          <span>{t('share.enlarge')}</span>
        </button>
        {conversation?.own.value?.side === 'clerk' && (
          <button type="button" class="tile-button end" onClick={() => conversation.allowScreen(participant.id, false)}>
            <Icon name="cross" />
            <span>{t('share.end_theirs')}</span>
          </button>
        )}
      </div>
    </Tile>
  );
}
