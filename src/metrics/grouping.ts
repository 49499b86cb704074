/**
 * The values of each group, in the order of the groups and within one in their own. A counting sort: one column and two
 * passes, where an array for each group would be thousands of objects.
 *
 * @param groupOf the group of the value at an index, from 0 to before `groupCount`; any other leaves it out
 */
export function* inGroups(values: Float64Array, groupOf: (index: number) => number, groupCount: number): Generator<Float64Array> {
  const until = new Float64Array(groupCount + 1)
  const isIn = (group: number): boolean => group >= 0 && group < groupCount
  for (let index = 0; index < values.length; index++) if (isIn(groupOf(index))) until[groupOf(index) + 1]!++
  for (let group = 1; group <= groupCount; group++) until[group]! += until[group - 1]!
  const grouped = new Float64Array(until[groupCount]!)
  for (let index = 0; index < values.length; index++) if (isIn(groupOf(index))) grouped[until[groupOf(index)]!++] = values[index]!
  let from = 0
  for (const end of until.subarray(0, groupCount)) {
    yield grouped.subarray(from, end)
    from = end
  }
}
