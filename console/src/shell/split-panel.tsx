import { type ReactNode, createContext, use, useEffect, useMemo, useState } from 'react';

type Position = 'bottom' | 'side';

/** Pixels that the panel takes until somebody draws it wider. */
const USUAL_SIZE = 620;

interface Panel {
  content: ReactNode;
  size: number;
  position: Position;
  close(): void;
  resize(size: number): void;
  place(position: Position): void;
}

interface Filled {
  content: ReactNode;
  onClose: () => void;
}

const PanelContext = createContext<Panel | undefined>(undefined);
const FillContext = createContext<(filled: Filled | undefined) => void>(() => undefined);

/** Lets pages show something in the panel beside or below them. */
export function SplitPanelProvider({ children }: { children: ReactNode }) {
  const [filled, fill] = useState<Filled>();
  const [size, resize] = useState(USUAL_SIZE);
  const [position, place] = useState<Position>('side');
  const panel = useMemo<Panel>(
    () => ({
      content: filled?.content,
      size,
      position,
      close: () => filled?.onClose(),
      resize,
      place,
    }),
    [filled, size, position],
  );
  return (
    <FillContext value={fill}>
      <PanelContext value={panel}>{children}</PanelContext>
    </FillContext>
  );
}

export function useSplitPanel(): Panel {
  const panel = use(PanelContext);
  if (panel === undefined) throw new Error('a split panel is shown within a frame');
  return panel;
}

/** Shows its content in the panel for as long as it is rendered itself. */
export function InSplitPanel({ children, onClose }: { children: ReactNode; onClose: () => void }) {
  const fill = use(FillContext);
  useEffect(() => fill({ content: children, onClose }), [fill, children, onClose]);
  useEffect(() => () => fill(undefined), [fill]);
  return null;
}
