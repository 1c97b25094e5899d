# As much of nixpkgs' library as generated files use: modules with typed options, and nothing that is not here.
# A value for an option that nobody declared, and one of a wrong type, are refused.
let
  inherit (builtins)
    all
    attrNames
    concatMap
    concatStringsSep
    elemAt
    filter
    foldl'
    head
    isAttrs
    isFunction
    isList
    length
    listToAttrs
    mapAttrs
    throw
    ;

  show = path: concatStringsSep "." path;
  isType = type: value: isAttrs value && value ? _type && value._type == type;
  names = sets: attrNames (foldl' (a: b: a // b) { } sets);

  # Conditions and priorities move inwards, so that the names of a set never depend on them.
  push =
    value:
    if isType "if" value then
      map (d: d // { when = d.when && value.condition; }) (push value.content)
    else if isType "override" value then
      map (d: d // { inherit (value) priority; }) (push value.content)
    else if isType "merge" value then
      concatMap push value.contents
    else
      [
        {
          when = true;
          priority = 100;
          inherit value;
        }
      ];

  # The definitions of one member.
  member =
    name: definitions:
    concatMap (
      d:
      if d.value ? ${name} then
        map (
          inner:
          inner
          // {
            when = d.when && inner.when;
            priority = if inner.priority != 100 then inner.priority else d.priority;
          }
        ) (push d.value.${name})
      else
        [ ]
    ) definitions;

  # What holds of several definitions: those of the strongest word.
  strongest =
    definitions:
    let
      live = filter (d: d.when) definitions;
      best = foldl' (a: d: if d.priority < a then d.priority else a) 9999 live;
    in
    map (d: d.value) (filter (d: d.priority == best) live);

  one =
    name: check:
    {
      inherit name;
      merge =
        path: definitions:
        let
          values = strongest definitions;
          value = head values;
        in
        if values == [ ] then
          null
        else if !all check values then
          throw "the option ${show path} is to be ${name}, and is ${builtins.typeOf value}"
        else if !all (v: v == value) values then
          throw "the option ${show path} has two different values"
        else
          value;
    };

  types = {
    bool = one "a truth value" builtins.isBool;
    int = one "a number" builtins.isInt;
    port = one "a port" (v: builtins.isInt v && v > 0 && v < 65536);
    str = one "a string" builtins.isString;
    package = one "a package" builtins.isString;
    # As text, because a file that is not there has no other form.
    path = types.str // {
      merge =
        path: definitions:
        let
          value = (one "a path" (v: builtins.isPath v || builtins.isString v && builtins.substring 0 1 v == "/")).merge path definitions;
        in
        if value == null then null else toString value;
    };
    enum = words: one "one of ${concatStringsSep ", " words}" (v: builtins.elem v words);
    nullOr = type: {
      name = "null or ${type.name}";
      merge =
        path: definitions:
        let
          values = strongest definitions;
        in
        if values == [ ] || head values == null then null else type.merge path definitions;
    };
    listOf = type: {
      name = "a list of ${type.name}";
      merge =
        path: definitions:
        concatMap (
          value:
          if isList value then
            map (v: type.merge (path ++ [ "*" ]) (push v)) value
          else
            throw "the option ${show path} is to be a list"
        ) (strongest definitions);
    };
    attrsOf = type: {
      name = "a set of ${type.name}";
      merge =
        path: definitions:
        let
          bad = filter (d: !isAttrs d.value) definitions;
          live = filter (name: filter (d: d.when) (member name definitions) != [ ]) (
            names (map (d: d.value) definitions)
          );
        in
        if bad != [ ] then
          throw "the option ${show path} is to be a set"
        else
          listToAttrs (
            map (name: {
              inherit name;
              value = type.merge (path ++ [ name ]) (member name definitions);
            }) live
          );
    };
    # Members by name: an attribute set of options, or a function of the member's own name.
    submodule = options: {
      name = "a set";
      merge =
        path: definitions:
        tree path (if isFunction options then options (elemAt path (length path - 1)) else options) definitions;
    };
    # One of several submodules, told apart by `type`.
    tagged = kinds: {
      name = "a set with a type";
      merge =
        path: definitions:
        let
          tag = head (strongest (member "type" definitions));
        in
        if kinds ? ${tag} then
          (types.submodule (kinds.${tag} // { type = option types.str; })).merge path definitions
        else
          throw "${show path} has the unknown type ${tag}";
    };
    anything = {
      name = "anything";
      merge = path: definitions: head (strongest definitions);
    };
  };

  option = type: {
    _type = "option";
    inherit type;
  };

  # Options and their definitions, as values.
  tree =
    path: options: definitions:
    if isType "option" options then
      (
        if filter (d: d.when) definitions == [ ] then
          options.default or null
        else
          options.type.merge path definitions
      )
    else
      let
        sets = map (
          d: if isAttrs d.value then d.value else throw "the option ${show path} is to be a set"
        ) definitions;
        unknown = filter (name: !options ? ${name}) (names sets);
      in
      if unknown != [ ] then
        throw "there is no option ${show (path ++ [ (head unknown) ])}"
      else
        mapAttrs (name: inner: tree (path ++ [ name ]) inner (member name definitions)) options;

  # One module and all that it imports.
  collect =
    arguments: module:
    let
      content = if builtins.isPath module || builtins.isString module then import module else module;
      value = if isFunction content then content arguments else content;
      isLong = value ? config || value ? options;
      rest = removeAttrs value [ "imports" ];
    in
    concatMap (collect arguments) (value.imports or [ ])
    ++ [
      {
        options = if isLong then value.options or { } else { };
        config = if isLong then value.config or { } else rest;
      }
    ];

  merge =
    a: b:
    if isAttrs a && isAttrs b && !(isType "option" a) then
      a // b // mapAttrs (name: inner: if b ? ${name} then merge inner b.${name} else inner) a
    else
      b;

  evalModules =
    {
      modules,
      specialArgs ? { },
      pkgs,
    }:
    let
      arguments = specialArgs // {
        inherit lib pkgs config;
      };
      all = concatMap (collect arguments) modules;
      options = foldl' merge { } (map (m: m.options) all);
      config = tree [ ] options (concatMap (m: push m.config) all);
    in
    {
      inherit config;
    };

  lib = {
    inherit
      types
      option
      evalModules
      mapAttrs
      listToAttrs
      head
      length
      all
      ;
    inherit (builtins) tail concatLists;
    mkOption = { type, default, description }: {
      _type = "option";
      inherit type default;
    };
    mkEnableOption = _: {
      _type = "option";
      type = types.bool;
      default = false;
    };
    mkIf = condition: content: {
      _type = "if";
      inherit condition content;
    };
    mkMerge = contents: {
      _type = "merge";
      inherit contents;
    };
    mkForce = content: {
      _type = "override";
      priority = 50;
      inherit content;
    };
    mkDefault = content: {
      _type = "override";
      priority = 1000;
      inherit content;
    };
    nameValuePair = name: value: { inherit name value; };
    mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
    filterAttrs =
      f: set:
      listToAttrs (
        map (name: {
          inherit name;
          value = set.${name};
        }) (filter (name: f name set.${name}) (attrNames set))
      );
    optional = condition: value: if condition then [ value ] else [ ];
    optionals = condition: values: if condition then values else [ ];
    optionalAttrs = condition: set: if condition then set else { };
    optionalString = condition: text: if condition then text else "";
    splitString = separator: text: filter builtins.isString (builtins.split separator text);
    escapeShellArg = text: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] (toString text)}'";
    escapeShellArgs = texts: concatStringsSep " " (map lib.escapeShellArg texts);
    getExe = package: "${package}/bin/program";
  };
in
lib
