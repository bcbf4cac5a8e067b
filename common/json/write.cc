#include "common/json/write.h"

void write_faults(JsonWriter& writer, const std::vector<Fault>& faults, const FaultWords& words) {
    writer.begin_object();
    std::string_view last;
    for (const auto& fault : faults) {
        if (fault.field == last) continue;
        last = fault.field;
        writer.key(fault.field);
        writer.text(words ? words(fault) : fault.key);
    }
    writer.end_object();
}
