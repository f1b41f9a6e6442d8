/* The few entry points of NI-DAQmx's C library that the driver needs, for the path without gRPC: one device Dev1 on
   which five more samples are there at each question, counting up in millivolts; the third question says that the
   device is gone (-201003). Attributes are variadic as in the real one. */
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

static int asked, given;

static int text(va_list more, const char *value) {
    char *out = va_arg(more, char *);
    uint32_t size = va_arg(more, uint32_t);
    if (size == 0) return (int)strlen(value) + 1;
    strncpy(out, value, size);
    return 0;
}
static int number(va_list more, uint32_t value) { *va_arg(more, uint32_t *) = value; return 0; }
#define ATTRIBUTE(body) va_list more; va_start(more, attribute); int status = body; va_end(more); return status

int DAQmxGetSystemInfoAttribute(int32_t attribute, ...) {
    ATTRIBUTE(attribute == 0x193B ? text(more, "Dev1") : number(more, attribute == 0x1272 ? 24 : 0));
}
int DAQmxGetDeviceAttribute(const char *name, int32_t attribute, ...) {
    ATTRIBUTE(attribute == 0x631 ? text(more, "NI 9218") : number(more, attribute == 0x632 ? 0x1A2B3C4 : 0));
}
int DAQmxGetTaskAttribute(void *task, int32_t attribute, ...) { ATTRIBUTE(text(more, attribute == 0x1276 ? "task" : "p")); }
int DAQmxGetReadAttribute(void *task, int32_t attribute, ...) {
    ATTRIBUTE(attribute == 0x217B ? number(more, 1) : ++asked == 3 ? -201003 : number(more, 5));
}
int DAQmxGetTimingAttribute(void *task, int32_t attribute, ...) {
    ATTRIBUTE((*va_arg(more, double *) = 10.0, 0));
}
int DAQmxCreateTask(const char *name, void **task) { *task = &asked; return 0; }
int DAQmxCreateAIVoltageChan(void *task, const char *physical, const char *name, int terminal, double low, double high,
                             int units, const char *scale) { return units == 10348 && low < high ? 0 : -200077; }
int DAQmxCfgSampClkTiming(void *task, const char *source, double rate, int edge, int mode, uint64_t count) {
    return rate == 10.0 && mode == 10123 ? 0 : -200077;
}
int DAQmxStartTask(void *task) { return 0; }
int DAQmxStopTask(void *task) { return 0; }
int DAQmxClearTask(void *task) { return 0; }
int DAQmxReadAnalogF64(void *task, int32_t count, double timeout, int fill, double *out, uint32_t size, int32_t *read,
                       void *reserved) {
    for (int32_t i = 0; i < count; i++) out[i] = 1e-3 * given++;
    *read = count;
    return 0;
}
int DAQmxGetExtendedErrorInfo(char *out, uint32_t size) { if (size == 0) return 5; strncpy(out, "gone", size); return 0; }
