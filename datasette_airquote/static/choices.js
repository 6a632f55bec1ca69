// What a reader has chosen, kept in the browser; where it keeps nothing, until the page is left.

const kept = new Map();

export function recall(name) {
  try {
    return localStorage.getItem(`airquote-${name}`);
  } catch { // storage is forbidden here
    return kept.get(name) ?? null;
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(`airquote-${name}`, value);
  } catch {
    kept.set(name, value);
  }
}

// Let a select have what was chosen before, if it still offers that.
export function restore(select, name) {
  const value = recall(name);
  if ([...select.options].some((option) => option.value === value)) select.value = value;
}
