export function CreateRulePage() {
  return null;
}
