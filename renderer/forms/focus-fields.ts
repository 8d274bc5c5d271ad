/** Lets the keyboard begin in a form that has just come up. */
export function focusFirstField(form: HTMLFormElement | null): void {
  const field = form?.querySelector<HTMLElement>(':is(input, textarea):not([type="hidden"])');
  // A dialog that is still opening gives the focus to what is marked so, else to its close button.
  field?.setAttribute('data-autofocus', 'true');
  field?.focus();
}

/** Takes the user to the first field that can't be used as it stands, once the problems are on screen. */
export function focusFirstProblem(form: HTMLFormElement): void {
  requestAnimationFrame(() => {
    form.querySelector<HTMLElement>('[data-has-problem="true"] :is(input, textarea):not([type="hidden"])')?.focus();
  });
}
