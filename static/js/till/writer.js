// @ts-check
// One page per register sells: it holds a lock that the browser gives to one page only. A second page
// reads along, and may take over on purpose; the first then stops selling at once.

/**
 * @param {string} register
 * @param {(writer: boolean) => void} onChange
 */
export function holdRegister(register, onChange) {
  const name = `quayside-till-${register}`;
  const hold = () => {
    onChange(true);
    return new Promise(() => {}); // held for as long as the page lives, or until it is taken
  };
  const lost = () => onChange(false);
  void navigator.locks.request(name, hold).catch(lost);
  return () => void navigator.locks.request(name, { steal: true }, hold).catch(lost);
}
