// Opening the palette from anywhere.
type Opener = (typed: string) => void;

let opener: Opener = () => {};

/** The palette says how it is opened. */
export function onOpen(open: Opener): void {
  opener = open;
}

/** Open the palette, with something typed already if wanted. */
export function openPalette(typed = ""): void {
  opener(typed);
}
