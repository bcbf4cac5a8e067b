// Renders the served OpenAPI document: operations by area, with parameters, bodies and answers.
// Everything is put in as text, never as markup.

const methods = ["get", "post", "put", "patch", "delete"];

const element = (name, content = [], attributes = {}) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...[content].flat());
    return node;
};

const resolve = (document_, schema) =>
    schema?.$ref
        ? schema.$ref.slice(2).split("/").reduce((part, key) => part?.[key], document_)
        : schema;

// A schema as the example of its shape: {"id": "string (uuid)", "tags": ["string"]}.
const shape = (document_, given, depth = 0) => {
    const schema = resolve(document_, given);
    if (!schema || depth > 8) return "…";
    if ("const" in schema) return schema.const;
    if (schema.enum) return schema.enum.join(" | ");
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices) return choices.map((choice) => JSON.stringify(shape(document_, choice, depth + 1))).join(" | ");
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => shape(document_, part, depth + 1)));
    const type = [schema.type].flat().filter((name) => name && name !== "null")[0];
    if (type === "array") return [shape(document_, schema.items, depth + 1)];
    if (schema.properties) {
        const required = new Set(schema.required ?? []);
        return Object.fromEntries(
            Object.entries(schema.properties).map(([name, part]) => [
                required.size && !required.has(name) ? `${name}?` : name,
                shape(document_, part, depth + 1),
            ]),
        );
    }
    const limits = ["minLength", "maxLength", "minimum", "maximum", "pattern"]
        .filter((name) => name in schema)
        .map((name) => `${name} ${schema[name]}`);
    const notes = [schema.format, ...limits].filter(Boolean);
    return (type ?? "any") + (notes.length ? ` (${notes.join(", ")})` : "");
};

const code = (document_, content) =>
    Object.entries(content ?? {}).map(([, { schema }]) =>
        element("pre", JSON.stringify(shape(document_, schema), null, 2)),
    );

const parameters = (operation) => {
    if (!operation.parameters?.length) return [];
    const rows = operation.parameters.map((parameter) =>
        element("tr", [
            element("td", element("code", parameter.name)),
            element("td", parameter.in),
            element("td", parameter.required ? "required" : ""),
            element("td", parameter.description ?? [parameter.schema?.type].flat().join(" or ")),
        ]),
    );
    return [element("h3", "Parameters"), element("table", element("tbody", rows))];
};

const body = (document_, operation) =>
    operation.requestBody ? [element("h3", "Body"), ...code(document_, operation.requestBody.content)] : [];

const answers = (document_, operation) =>
    Object.entries(operation.responses ?? {}).flatMap(([status, answer]) => [
        element("h3", `${status} ${answer.description.replaceAll("`", "")}`),
        ...(status < 400 ? code(document_, answer.content) : []),
    ]);

const renderOperation = (document_, { method, path, operation }) => {
    const isOpen = operation.security?.length === 0;
    const summary = element("summary", [
        element("code", method.toUpperCase(), { class: "method" }),
        element("code", path),
        element("span", operation.summary ?? "", { class: "summary" }),
        ...(isOpen ? [element("span", "no token needed", { class: "open" })] : []),
    ]);
    const details = element("details", summary);
    details.addEventListener(
        "toggle",
        () =>
            details.append(
                element("div", [
                    ...(operation.description ? [element("p", operation.description)] : []),
                    ...parameters(operation),
                    ...body(document_, operation),
                    ...answers(document_, operation),
                ]),
            ),
        { once: true },
    );
    return details;
};

const operationsOf = (document_) =>
    Object.entries(document_.paths).flatMap(([path, item]) =>
        methods
            .filter((method) => item[method])
            .map((method) => {
                const operation = item[method];
                const text = `${method} ${path} ${JSON.stringify(operation)}`.toLowerCase();
                return { method, path, operation, text, area: operation.tags?.[0] ?? "other" };
            }),
    );

const render = (document_, operations, query) => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const found = operations.filter(({ text }) => words.every((word) => text.includes(word)));
    const areas = [...new Set(found.map(({ area }) => area))].sort();
    document.querySelector("#areas").replaceChildren(
        ...areas.map((area) => element("a", area, { href: `#${area}` })),
    );
    document.querySelector("#operations").replaceChildren(
        ...areas.flatMap((area) => [
            element("h2", area, { id: area }),
            ...found.filter((one) => one.area === area).map((one) => renderOperation(document_, one)),
        ]),
        ...(found.length ? [] : [element("p", "Nothing found.")]),
    );
};

const start = async () => {
    const answer = await fetch("/api/v1/openapi.json");
    if (!answer.ok) throw new Error(`the document could not be loaded (${answer.status})`);
    const document_ = await answer.json();
    const operations = operationsOf(document_);
    const search = document.querySelector("#search");
    document.querySelector("#description").textContent = document_.info.description ?? "";
    search.addEventListener("input", () => render(document_, operations, search.value));
    render(document_, operations, search.value);
};

start().catch((error) => {
    document.querySelector("#operations").replaceChildren(element("p", `Sorry: ${error.message}`));
});
