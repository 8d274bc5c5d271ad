/** Whether a processor is in a list as the kernel writes it, `0-15,64-79`. Null: that is no such list. */
export function inCpuList(cpu: number, list: string): boolean | null {
  const parts = list.trim().split(',');
  let isIn = false;
  for (const part of parts) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part.trim());
    if (!match) return null;
    const first = Number(match[1]);
    isIn ||= cpu >= first && cpu <= Number(match[2] ?? first);
  }
  return isIn;
}
