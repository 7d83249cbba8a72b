import path from 'node:path';
import ts from 'typescript';

export interface Counted {
  /** `file#name` */
  readonly where: string;
  /** as paths through the parameters: `options.gateway.clock` */
  readonly collaborators: readonly string[];
}

/** Have methods, and are values all the same. */
const VALUES =
  /^(Date|RegExp|URL|URLSearchParams|Error|\w*Array|ArrayBuffer|Buffer|DataView|Blob|Headers|String|Number)$/;
/** A collection is a collaborator when what it holds is one. */
const COLLECTIONS = /^(Array|ReadonlyArray|Map|ReadonlyMap|Set|ReadonlySet|Iterable|Promise|PromiseLike)$/;

/** What each exported function and constructor of `files` is given that has methods: ports, modules, callbacks. */
export function countCollaborators(root: string, files: readonly string[]): Counted[] {
  const program = ts.createProgram(
    files.map((name) => path.join(root, name)),
    readOptions(root),
  );
  const checker = program.getTypeChecker();
  const counter = new CollaboratorCounter(checker);
  return files.flatMap((name) => {
    const source = program.getSourceFile(path.join(root, name));
    const symbol = source && checker.getSymbolAtLocation(source);
    if (!source || !symbol) return [];
    return checker
      .getExportsOfModule(symbol)
      .filter((exported) => exported.valueDeclaration?.getSourceFile() === source)
      .map((exported) => ({ where: `${name}#${exported.name}`, collaborators: counter.ofExport(exported) }))
      .filter(({ collaborators }) => collaborators.length > 0);
  });
}

function readOptions(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  return { ...options, incremental: false, noEmit: true };
}

class CollaboratorCounter {
  private readonly checker: ts.TypeChecker;
  /** paths from a value of the type; each type is opened once, or the shared ones would be opened thousands of times */
  private readonly known = new Map<ts.Type, readonly string[]>();

  constructor(checker: ts.TypeChecker) {
    this.checker = checker;
  }

  /** Of several signatures the longest counts. */
  ofExport(symbol: ts.Symbol): string[] {
    const type = this.checker.getTypeOfSymbol(symbol);
    const signatures = [...type.getCallSignatures(), ...type.getConstructSignatures()];
    return longest(
      signatures.map(({ parameters }) =>
        parameters.flatMap((parameter) =>
          this.inside(this.checker.getTypeOfSymbol(parameter), parameter.name.replace('__0', 'options')),
        ),
      ),
    );
  }

  /** The collaborators in a value of this type, as paths that begin with `at`. */
  private inside(given: ts.Type, at: string): string[] {
    const type = this.checker.getNonNullableType(this.checker.getBaseConstraintOfType(given) ?? given);
    let found = this.known.get(type);
    if (!found) {
      // A type that holds itself is not opened again inside itself.
      this.known.set(type, []);
      found = this.open(type);
      this.known.set(type, found);
    }
    return found.map((rest) => at + rest);
  }

  private open(type: ts.Type): readonly string[] {
    if (type.isUnion()) return longest(type.types.map((part) => this.inside(part, '')));
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return [];
    if (this.isCallable(type) || namesOf(type).includes('Platform')) return [''];
    if (this.checker.isTupleType(type)) return this.heldBy(type);
    return isFromLibrary(type) ? this.openLibrary(type) : this.openObject(type);
  }

  private openLibrary(type: ts.Type): readonly string[] {
    const [name = ''] = namesOf(type);
    if (COLLECTIONS.test(name)) return this.heldBy(type);
    // Types made of others, such as Pick, are declared in a library and hold what is ours.
    if (name === '__type') return this.openObject(type);
    return !VALUES.test(name) && this.checker.getPropertiesOfType(type).some((member) => this.isThing(member))
      ? ['']
      : [];
  }

  private openObject(type: ts.Type): readonly string[] {
    // What a library's own type brings along, such as every event of an HTML element, is the library's.
    const members = this.checker.getPropertiesOfType(type).filter((member) => !isOfLibrary(member));
    const callable = members.filter((member) => this.isThing(member));
    // An instance of a class, a port, and a port that has data beside its methods are one thing each.
    if (type.isClass() || callable.some(isMethod)) return [''];
    if (callable.length > 0 && callable.length === members.length) return [''];
    const indexed = type.getStringIndexType();
    const held = indexed && this.inside(indexed, '').length > 0 ? ['[]'] : [];
    return [...held, ...members.flatMap((member) => this.inside(this.typeOf(member), `.${member.name}`))];
  }

  private heldBy(type: ts.Type): readonly string[] {
    const held = this.checker.getTypeArguments(type as ts.TypeReference); // collections and tuples are references
    return held.some((argument) => this.inside(argument, '').length > 0) ? ['[]'] : [];
  }

  private isThing(member: ts.Symbol): boolean {
    return this.isCallable(this.typeOf(member));
  }

  private typeOf(member: ts.Symbol): ts.Type {
    return this.checker.getNonNullableType(this.checker.getTypeOfSymbol(member));
  }

  private isCallable(type: ts.Type): boolean {
    const parts = type.isUnion() ? type.types : [type];
    return parts.some((part) => part.getCallSignatures().length > 0 || part.getConstructSignatures().length > 0);
  }
}

function longest(lists: readonly string[][]): string[] {
  return lists.reduce((most, list) => (list.length > most.length ? list : most), []);
}

function namesOf(type: ts.Type): (string | undefined)[] {
  return [type.symbol?.name, type.aliasSymbol?.name];
}

/** Written as a method, `close(): void`; a member that holds a function, `onClose: () => void`, is a callback. */
function isMethod(member: ts.Symbol): boolean {
  return member.declarations?.some((at) => ts.isMethodSignature(at) || ts.isMethodDeclaration(at)) ?? false;
}

function isFromLibrary(type: ts.Type): boolean {
  return type.symbol !== undefined && isOfLibrary(type.symbol);
}

function isOfLibrary({ declarations }: ts.Symbol): boolean {
  return declarations?.[0]?.getSourceFile().fileName.includes('/node_modules/') ?? false;
}
