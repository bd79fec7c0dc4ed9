// Which rows of a long list are in sight: rows of one height, as many as a browser's tallest element could never hold.
import { type RefObject, useCallback, useLayoutEffect, useState } from "react";

/** The tallest element that every browser draws; longer lists are scrolled at a scale. */
export const TALLEST = 12_000_000;
const MORE = 10;

export interface Seen {
  /** First and last row to draw; last is −1 where there are none. */
  readonly first: number;
  readonly last: number;
  /** Where a row stands in the list, px. */
  readonly top: (index: number) => number;
  /** Height of the list, px. */
  readonly total: number;
  readonly scrollTo: (index: number) => void;
}

/** The window of a list of `count` rows in a scrolling element whose head takes `head` px. */
export function useWindow(place: RefObject<HTMLElement | null>, count: number, rowHeight: number, head: number): Seen {
  const [at, setAt] = useState({ scrolled: 0, high: 0 });
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    let frame = 0;
    const look = () => {
      frame = 0;
      setAt((before) =>
        before.scrolled === element.scrollTop && before.high === element.clientHeight
          ? before
          : { scrolled: element.scrollTop, high: element.clientHeight },
      );
    };
    const soon = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    element.addEventListener("scroll", soon, { passive: true });
    const observer = new ResizeObserver(soon);
    observer.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener("scroll", soon);
      observer.disconnect();
    };
  }, [place]);

  const whole = count * rowHeight;
  const total = Math.min(whole, TALLEST);
  const room = Math.max(0, at.high - head);
  // A list that fits is scrolled as it is; a taller one by its share of the way.
  const scale = whole > total ? (whole - room) / Math.max(1, total - room) : 1;
  const hidden = Math.min(at.scrolled * scale, Math.max(0, whole - room));
  const shift = at.scrolled - hidden;
  const start = Math.floor(hidden / rowHeight);
  const first = Math.max(0, start - MORE);
  const last = Math.min(count - 1, Math.ceil((hidden + room) / rowHeight) + MORE);
  const top = (index: number) => index * rowHeight + (scale === 1 ? 0 : shift);

  const scrollTo = useCallback(
    (index: number) => {
      const element = place.current;
      if (!element) return;
      const open = element.clientHeight - head;
      const now = element.scrollTop * scale;
      const above = index * rowHeight;
      const wanted = above < now ? above : above + rowHeight > now + open ? above + rowHeight - open : now;
      if (wanted !== now) element.scrollTop = wanted / scale;
    },
    [place, rowHeight, head, scale],
  );
  return { first: count ? first : 0, last: count ? last : -1, top, total, scrollTo };
}
