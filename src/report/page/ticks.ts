// Round moments for a time axis.
const STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000, 86_400_000,
]

/** At most about `wanted` moments between two, and how to write them. */
export function timeTicks(from: number, to: number, wanted: number) {
  const least = (to - from) / Math.max(1, wanted)
  const step = STEPS_MS.find(candidate => candidate >= least) ?? (STEPS_MS.at(-1) as number)
  const moments: number[] = []
  for (let moment = Math.ceil(from / step) * step; moment <= to; moment += step) moments.push(moment)
  return { moments, label: (moment: number) => clockLabel(moment, step) }
}

function clockLabel(moment: number, step: number): string {
  const seconds = moment / 1000
  if (step < 1000) return `${seconds.toFixed(step < 10 ? 3 : step < 100 ? 2 : 1)} s`
  if (seconds < 60) return `${seconds} s`
  const two = (number: number) => String(number).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}
