/** Series: minutes out of a shop's recent counts, their rolling sums, and what a season says is usual. */

/** The values of `field` for every minute from `first` to `last`, 0 where nothing was counted. */
export function axis(recent, first, last, field) {
  const values = new Array(last - first + 1).fill(0);
  recent.minutes.forEach((minute, n) => {
    if (minute >= first && minute <= last) values[minute - first] = recent[field][n];
  });
  return values;
}

/** The mean (or sum) over the `over` values up to each place; gives the places from `over` on. */
export function rolling(values, over, sum = false) {
  const out = [];
  let total = 0;
  values.forEach((value, n) => {
    total += value - (n >= over ? values[n - over] : 0);
    if (n >= over) out.push(sum ? total : total / over);
  });
  return out;
}

/** Expected count of one minute (since 1970): straight between the middles of the season's slots. */
export function usualAt(season, minute) {
  const { levels, slot_minutes: width } = season;
  const spot = (minute + 0.5) / width - 0.5;
  const slot = Math.floor(spot);
  const level = (n) => levels[((n % levels.length) + levels.length) % levels.length] / width;
  return level(slot) + (level(slot + 1) - level(slot)) * (spot - slot);
}

/** An SVG path through the values that are there. */
export function drawn(values, first, x, y) {
  let path = "";
  let pen = "M";
  values.forEach((value, n) => {
    if (value === null) pen = "M";
    else {
      path += `${pen}${x(first + n).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = "L";
    }
  });
  return path;
}
