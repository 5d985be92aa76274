export function ModifyRulePage() {
  return null;
}
