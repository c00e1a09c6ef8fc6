// duckdb_bridge.cpp: the extension that DuckDB loads, and what Python tells it to register.
//
// DuckDB's handle of a database is good within an extension's entry only, and each database calls the entry of each
// file name once. So Python offers what is to be registered first, and then has the file loaded, under a new name for
// each time: the names are numbered, and there is an entry for each number.
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engines/duckdb_api.hpp"
#include "engines/duckdb_functions.hpp"
#include "pyudf/guard.hpp"

namespace pyudf::duckdb {

namespace {

/// What one name in SQL stands for.
struct Named {
  std::string name;
  std::vector<const pyudf_function*> functions;
  std::vector<const pyudf_aggregate*> aggregates;
};

/// What the next database that loads the file gets: the functions, and one that tells which they are.
struct Offer {
  std::vector<Named> named;
  std::string list_name;
  std::string list;
};

std::mutex mutex;
std::optional<Offer> offer;

void register_all(Connection* connection, const Offer& offered) {
  for (const Named& named : offered.named) {
    if (!named.functions.empty()) register_functions(connection, named.name, named.functions);
    if (!named.aggregates.empty()) register_aggregates(connection, named.name, named.aggregates);
  }
  register_text(connection, offered.list_name, offered.list);
}

/// Takes what is offered into the database; the reason why not in `error`.
bool take_offer(ExtensionInfo* info, Access* access, pyudf_error* error) noexcept {
  try {
    const std::lock_guard lock(mutex);
    const void* const table = access->get_api(info, kApiVersion);
    if (!table) {
      fail(error, PYUDF_RUNTIME_ERROR, "this DuckDB does not offer version v1.2.0 of its C API for extensions");
      return false;
    }
    if (!offer) {
      fail(error, PYUDF_RUNTIME_ERROR, "nothing to register; call pyudf.duckdb.attach(connection) in Python instead");
      return false;
    }
    api = Api(table);
    Connection* connection = nullptr;
    if (api.connect(*access->get_database(info), &connection)) {
      fail(error, PYUDF_RUNTIME_ERROR, "no connection to the database");
      return false;
    }
    const struct Closing {
      Connection*& connection;
      ~Closing() { api.disconnect(&connection); }
    } closing{connection};
    register_all(connection, *offer);
    offer.reset();
    return true;
  } catch (...) {
    fail_with_current_exception(error);
    return false;
  }
}

bool enter(ExtensionInfo* info, Access* access) noexcept {
  pyudf_error error{-1, -1, ""};
  if (take_offer(info, access, &error)) return true;
  access->set_error(info, error.message);
  return false;
}

}  // namespace
}  // namespace pyudf::duckdb

#define PYUDF_EXPORT extern "C" [[gnu::visibility("default"), gnu::used]]

/// Starts an offer. `list_name` is to be a function that gives `list`.
PYUDF_EXPORT int pyudf_duckdb_offer(const char* list_name, const char* list) {
  try {
    const std::lock_guard lock(pyudf::duckdb::mutex);
    pyudf::duckdb::offer = {{}, list_name, list};
    return 0;
  } catch (...) {
    return -1;
  }
}

/// Adds the overloads of one name to the offer: n pyudf_function or, if `aggregates` is not 0, n pyudf_aggregate.
PYUDF_EXPORT int pyudf_duckdb_add(const char* name, const void* const* overloads, int n, int aggregates) {
  try {
    const std::lock_guard lock(pyudf::duckdb::mutex);
    if (!pyudf::duckdb::offer) return -1;
    pyudf::duckdb::Named& named = pyudf::duckdb::offer->named.emplace_back();
    named.name = name;
    for (int i = 0; i < n; ++i) {
      if (aggregates)
        named.aggregates.push_back(static_cast<const pyudf_aggregate*>(overloads[i]));
      else
        named.functions.push_back(static_cast<const pyudf_function*>(overloads[i]));
    }
    return 0;
  } catch (...) {
    return -1;
  }
}

/// Ends an offer. 1: a database has taken it, 0: none has.
PYUDF_EXPORT int pyudf_duckdb_withdraw() {
  const std::lock_guard lock(pyudf::duckdb::mutex);
  const int taken = !pyudf::duckdb::offer;
  pyudf::duckdb::offer.reset();
  return taken;
}

#define PYUDF_ENTRY(name)                                                                                  \
  PYUDF_EXPORT bool name##_init_c_api(pyudf::duckdb::ExtensionInfo* info, pyudf::duckdb::Access* access) { \
    return pyudf::duckdb::enter(info, access);                                                             \
  }
#define PYUDF_TEN_ENTRIES(tens) \
  PYUDF_ENTRY(pyudf_##tens##0)  \
  PYUDF_ENTRY(pyudf_##tens##1)  \
  PYUDF_ENTRY(pyudf_##tens##2)  \
  PYUDF_ENTRY(pyudf_##tens##3)  \
  PYUDF_ENTRY(pyudf_##tens##4)  \
  PYUDF_ENTRY(pyudf_##tens##5)  \
  PYUDF_ENTRY(pyudf_##tens##6)  \
  PYUDF_ENTRY(pyudf_##tens##7)  \
  PYUDF_ENTRY(pyudf_##tens##8)  \
  PYUDF_ENTRY(pyudf_##tens##9)

PYUDF_ENTRY(pyudf)
PYUDF_TEN_ENTRIES(0)
PYUDF_TEN_ENTRIES(1)
PYUDF_TEN_ENTRIES(2)
PYUDF_TEN_ENTRIES(3)
PYUDF_TEN_ENTRIES(4)
PYUDF_TEN_ENTRIES(5)
PYUDF_TEN_ENTRIES(6)
PYUDF_TEN_ENTRIES(7)
PYUDF_TEN_ENTRIES(8)
PYUDF_TEN_ENTRIES(9)
