/** Takes the user to the first field that can't be used as it stands, once the problems are on screen. */
export function focusFirstProblem(form: HTMLFormElement): void {
  requestAnimationFrame(() => {
    form.querySelector<HTMLElement>('[data-has-problem="true"] :is(input, textarea):not([type="hidden"])')?.focus();
  });
}
