import * as vscode from 'vscode';

export interface InputStep {
  readonly name: string;
  readonly prompt: string;
  /** What stands there at first; a `<hole>` in it is selected, to be typed over. */
  readonly value: string;
  /** One of these is picked; without them anything is typed. */
  readonly choices?: readonly string[];
}

const back = Symbol('back');

/** Asks one after the other, with a way back to each; what was given stays. Undefined: it was called off. */
export async function askSteps(
  title: string,
  steps: readonly InputStep[],
): Promise<Readonly<Record<string, string>> | undefined> {
  const given = new Map(steps.map(({ name, value }) => [name, value]));
  for (let at = 0; at < steps.length;) {
    const step = steps[at];
    if (step === undefined) break;
    const place = { title, step: at + 1, totalSteps: steps.length, value: given.get(step.name) ?? '' };
    const answer = step.choices === undefined ? await type(step, place) : await pick(step, step.choices, place);
    if (answer === undefined) return undefined;
    if (answer === back) {
      at -= 1;
      continue;
    }
    given.set(step.name, answer);
    at += 1;
  }
  return Object.fromEntries(given);
}

interface Place {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  readonly value: string;
}

function type({ prompt }: InputStep, place: Place): Promise<string | typeof back | undefined> {
  const box = vscode.window.createInputBox();
  box.prompt = prompt;
  box.value = place.value;
  const hole = /<[^>]+>/.exec(place.value);
  if (hole !== null) box.valueSelection = [hole.index, hole.index + hole[0].length];
  return answered(box, place, () => box.value);
}

function pick(
  { prompt }: InputStep,
  choices: readonly string[],
  place: Place,
): Promise<string | typeof back | undefined> {
  const list = vscode.window.createQuickPick();
  list.placeholder = prompt;
  list.items = choices.map((label) => ({ label }));
  list.activeItems = list.items.filter(({ label }) => label === place.value);
  return answered(list, place, () => list.activeItems[0]?.label);
}

/** Ends when the operator accepts, goes back, or leaves. */
function answered(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  { title, step, totalSteps }: Place,
  answer: () => string | undefined,
): Promise<string | typeof back | undefined> {
  Object.assign(input, { title, step, totalSteps });
  input.ignoreFocusOut = true;
  input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    input.onDidAccept(() => {
      const value = answer();
      if (value === undefined) return;
      resolve(value);
      input.dispose();
    });
    input.onDidTriggerButton(() => {
      resolve(back);
      input.dispose();
    });
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
}
