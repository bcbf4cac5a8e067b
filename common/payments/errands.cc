#include "common/payments/errands.h"

#include "common/base/text.h"
#include "common/payments/errands_sql.h"

namespace sql = errands::sql;

void Errands::archive_price(const std::string& price) {
    add("POST", "/v1/prices/" + price, "active=false");
}

void Errands::take_leave(const Uuid& user) {
    db_.run(sql::take_leave, user);
    db_.run(sql::mark_erased, user);
}

void Errands::cancel(const std::string& subscription, const std::string& customer) {
    if (!subscription.empty()) add("DELETE", "/v1/subscriptions/" + subscription);
    if (!customer.empty()) add("DELETE", "/v1/customers/" + customer);
}

void Errands::add(const char* method, const std::string& path, const std::string& form) {
    db_.run(sql::insert_errand, Uuid::make(), method, path, form);
}
