/** The smallest of 1, 2, 5 times a power of ten that is not below `value`: where the axis of a chart ends. */
export function axisEnd(value: number): number {
  if (!(value > 1)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10;
  return step * power;
}
