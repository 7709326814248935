import { type AgentRow, listAgents, onAgentsChanged, signedInAs } from "../features/agents/queries.ts";

const who = document.querySelector("#who");
const list = document.querySelector("#agents");

function item(agent: AgentRow): HTMLLIElement {
  const line = document.createElement("li");
  const about = document.createElement("span");
  const key = document.createElement("small");
  key.textContent = agent.role === "" ? agent.key : `${agent.role} · ${agent.key}`;
  about.append(agent.name, key);
  const [emoji, state] = [agent.emoji, agent.state].map((text) => {
    const cell = document.createElement("span");
    cell.textContent = text;
    return cell;
  });
  line.append(...[emoji, about, state].filter((part) => part !== undefined));
  return line;
}

async function draw(): Promise<void> {
  const agents = await listAgents();
  list?.replaceChildren(...agents.map(item));
}

const email = await signedInAs();
if (email === undefined) {
  who?.replaceChildren("Not signed in: open the address that npm start prints");
} else {
  who?.replaceChildren(`Signed in as ${email}`);
  onAgentsChanged(() => void draw());
  await draw();
}
