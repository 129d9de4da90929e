// A pressed pointer until it is let go: a drag once it has moved a little, else a click.

const DRAG_PIXELS = 4

export interface PointerUse {
  /** Pixels since it was pressed. */
  readonly onDrag: (dx: number, dy: number) => void
  readonly onClick: (end: PointerEvent) => void
}

export function followPointer(start: PointerEvent, { onDrag, onClick }: PointerUse): void {
  let hasMoved = false
  const move = (moved: PointerEvent) => {
    const dx = moved.clientX - start.clientX
    const dy = moved.clientY - start.clientY
    if (!hasMoved && Math.hypot(dx, dy) < DRAG_PIXELS) return
    hasMoved = true
    onDrag(dx, dy)
  }
  const up = (end: PointerEvent) => {
    window.removeEventListener('pointermove', move)
    window.removeEventListener('pointerup', up)
    if (!hasMoved) onClick(end)
  }
  window.addEventListener('pointermove', move)
  window.addEventListener('pointerup', up)
}
