// The own picture in the scene: small, in a corner, moved by a drag, by a click or by arrow keys.
import { useRef } from 'preact/hooks';
import { useStage } from './context.ts';
import { OwnTile } from './own.tsx';
import { useStageText } from './texts.ts';
import { cornerAfter, cornerAt, type Layout, nextCorner } from './view.ts';

/** A finger trembles: less than this is a click. In px. */
const TREMBLE = 8;

export function OwnPicture({ layout }: { layout: Layout }) {
  const t = useStageText();
  const { devices, view } = useStage();
  const from = useRef<{ x: number; y: number; moved: boolean } | undefined>(undefined);
  if (layout.docked) return <OwnTile devices={devices} class="self docked" whole />;

  const tileOf = (event: Event) => (event.currentTarget as HTMLElement).closest<HTMLElement>('.tile');
  const down = (event: PointerEvent) => {
    from.current = { x: event.clientX, y: event.clientY, moved: false };
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const start = from.current;
    const tile = tileOf(event);
    if (!start || !tile) return;
    const [x, y] = [event.clientX - start.x, event.clientY - start.y];
    if (!start.moved && Math.hypot(x, y) < TREMBLE) return;
    start.moved = true;
    tile.style.translate = `${x}px ${y}px`;
  };
  const up = (event: PointerEvent) => {
    const tile = tileOf(event);
    if (!from.current?.moved || !tile) return;
    tile.style.translate = '';
    const scene = tile.parentElement?.getBoundingClientRect();
    if (scene && event.type === 'pointerup') view.corner.value = cornerAt(event.clientX, event.clientY, scene);
  };
  const click = () => {
    if (!from.current?.moved) view.corner.value = nextCorner(layout.corner);
    from.current = undefined;
  };
  const key = (event: KeyboardEvent) => {
    const next = cornerAfter(layout.corner, event.key);
    if (!next) return;
    event.preventDefault();
    view.corner.value = next;
  };
  return (
    <OwnTile devices={devices} class={`self at-${layout.corner}`}>
      <button
        type="button"
        class="mover"
        aria-label={t('stage.own_move')}
        aria-description={t(`stage.corner.${layout.corner}`)}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
        onClick={click}
        onKeyDown={key}
      />
    </OwnTile>
  );
}
